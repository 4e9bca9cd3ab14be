import Foundation
import Model

@main
enum Main {
    static func main() {
        do {
            try run(Command.parse(Array(CommandLine.arguments.dropFirst())))
        } catch {
            FileHandle.standardError.write(Data("demo-story: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func run(_ command: Command) throws {
        switch command {
        case .help: print(Command.usage)
        case .write(let folder, let seed, let today, let shop):
            let clock = CalendarDay(daysSince1970: Int((Date().timeIntervalSince1970 / 86_400).rounded(.down)))
            let story = try Story(seed: seed, today: today ?? clock, shopOrders: Folder.read(shop), of: shop)
            try Folder(folder).replace(with: story)
            print(
                "The shop's orders are real (CDNOW, 1997 and 1998), moved forward by \(story.shop.movedDays) days: "
                    + "the last one was yesterday, \(story.period.yesterday).")
            print("Both stories are in \(folder); truth.csv there says what was planted, and is never loaded.")
        case .judge(let folder, let scores, let least):
            let judgement = try Judgement(truth: Folder.read("\(folder)/truth.csv"), scores: Folder.read(scores))
            judgement.lines.forEach { print($0) }
            if let least, judgement.area < least { throw Refusal("the AUC is below \(least)") }
        }
    }
}
