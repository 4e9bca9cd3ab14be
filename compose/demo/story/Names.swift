/// Invented names to draw from. ASCII only, so that they may stand before the @ of a mail address.
enum Names {
    static let given: [String] = [
        "Ada", "Adam", "Agnes", "Alan", "Alice", "Amir", "Ana", "Andriy", "Anna", "Boris", "Carla", "Clara", "Daniel",
        "David", "Daria", "Elena", "Emil", "Erik", "Eva", "Felix", "Fiona", "Frank", "Grace", "Hanna", "Hugo", "Ida",
        "Igor", "Ines", "Ivan", "Jan", "Julia", "Karim", "Kateryna", "Laura", "Leo", "Lina", "Lucas", "Maria", "Marta",
        "Max", "Mia", "Mykola", "Nadia", "Nina", "Olena", "Oscar", "Paula", "Peter", "Rosa", "Sami", "Sara", "Sofia",
        "Taras", "Tom", "Vera", "Victor", "Wanda", "Yara", "Yuri", "Zoe",
    ]

    static let family: [String] = [
        "Adler", "Almeida", "Andersen", "Baker", "Bauer", "Bondar", "Brandt", "Carter", "Castro", "Clark", "Costa",
        "Davies", "Diaz", "Duarte", "Evans", "Fischer", "Fontaine", "Garcia", "Haas", "Hansen", "Hill", "Horvat",
        "Hughes", "Ito", "Jansen", "Keller", "King", "Koval", "Kowalska", "Lang", "Larsen", "Lopez", "Lysenko",
        "Marino", "Martin", "Melnyk", "Meyer", "Moore", "Moran", "Moreau", "Nagy", "Novak", "Olsen", "Ortega", "Parker",
        "Pavlenko", "Petrov", "Reed", "Rossi", "Santos", "Schulz", "Shevchuk", "Silva", "Smith", "Sousa", "Stone",
        "Svensson", "Tanaka", "Tkachenko", "Turner", "Varga", "Vogel", "Walker", "Weber", "Wolf", "Young",
    ]

    static let companyFirst: [String] = [
        "Alder", "Amber", "Anchor", "Aspen", "Beacon", "Birch", "Bluestone", "Bright", "Cedar", "Clear", "Copper",
        "Crescent", "Delta", "Eastgate", "Elm", "Ember", "Falcon", "Fern", "Garnet", "Granite", "Harbor", "Hazel",
        "Hillside", "Iron", "Juniper", "Kestrel", "Lakeside", "Linden", "Maple", "Meridian", "North", "Oak", "Pine",
        "Quarry", "River", "Sable", "Silver", "Summit", "Willow", "Winter",
    ]

    static let companySecond: [String] = [
        "Analytics", "Care", "Clinics", "Foods", "Freight", "Health", "Labs", "Learning", "Logistics", "Media",
        "Partners", "Retail", "Schools", "Software", "Studio", "Systems",
    ]

    static let companyForms: [String] = ["Ltd", "GmbH", "Inc", "BV", "SA", "AB"]
}
