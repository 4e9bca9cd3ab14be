/// A country of the SaaS company's accounts.
struct Place: Sendable {
    /// ISO 3166-1 alpha-2.
    let country: String
    /// ISO 639-1, of its contacts.
    let language: String
    /// Hours ahead of UTC in winter; the story knows no summer time.
    let hoursAhead: Int

    static let all: [Place] = [
        Place(country: "DE", language: "de", hoursAhead: 1),
        Place(country: "UA", language: "uk", hoursAhead: 2),
        Place(country: "GB", language: "en", hoursAhead: 0),
        Place(country: "PT", language: "pt", hoursAhead: 0),
        Place(country: "PL", language: "pl", hoursAhead: 1),
        Place(country: "US", language: "en", hoursAhead: -6),
        Place(country: "NL", language: "en", hoursAhead: 1),
        Place(country: "SE", language: "en", hoursAhead: 1),
    ]
}
