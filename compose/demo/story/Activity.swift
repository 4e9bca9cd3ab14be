/// What people do in the product, how often against the rest, and the one property that such an event carries.
struct Activity: Sendable {
    let event: String
    let weight: Double
    let property: String
    let values: [String]

    /// `Data Exported` is not among them: only the plot exports.
    static let usual: [Activity] = [
        Activity(event: "Report Viewed", weight: 28, property: "report", values: ["revenue", "team", "costs"]),
        Activity(event: "Dashboard Opened", weight: 20, property: "dashboard", values: ["today", "quarter"]),
        Activity(event: "Project Opened", weight: 15, property: "view", values: ["board", "list", "timetable"]),
        Activity(event: "Task Completed", weight: 14, property: "priority", values: ["low", "normal", "high"]),
        Activity(event: "Comment Added", weight: 10, property: "on", values: ["task", "report", "file"]),
        Activity(event: "File Uploaded", weight: 6, property: "kind", values: ["pdf", "image", "sheet"]),
        Activity(event: "Project Created", weight: 4, property: "template", values: ["blank", "launch", "audit"]),
        Activity(event: "Member Invited", weight: 2, property: "role", values: ["editor", "viewer"]),
        Activity(event: "Integration Connected", weight: 1, property: "with", values: ["mail", "calendar", "chat"]),
    ]

    static let weights: [Double] = usual.map(\.weight)

    static let export = "Data Exported"

    /// Share of a working day's usage in each local hour from 7 to 21.
    static let hours: [Double] = [2, 6, 10, 11, 10, 6, 8, 10, 10, 9, 6, 3, 2, 1, 1]
    static let firstHour = 7
}
