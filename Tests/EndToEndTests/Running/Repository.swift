import Foundation

enum Repository {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
}
