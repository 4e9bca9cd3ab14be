import Model
import Testing

@testable import DemoStory

@Suite struct CommandTests {
    @Test func `words become commands, with defaults`() throws {
        #expect(
            try Command.parse(["write", "--folder", "out"])
                == .write(folder: "out", seed: 1, today: nil, shop: "compose/demo/shop-orders.csv"))
        #expect(
            try Command.parse(["write", "--today", "2026-11-24", "--seed", "7", "--folder", "out", "--shop", "s.csv"])
                == .write(folder: "out", seed: 7, today: Told.today, shop: "s.csv"))
        #expect(
            try Command.parse(["judge", "--folder", "out", "--scores", "s.csv", "--least", "0.9"])
                == .judge(folder: "out", scores: "s.csv", least: 0.9))
        #expect(try Command.parse([]) == .help)
        #expect(try Command.parse(["write", "--help"]) == .help)
    }

    @Test(arguments: [
        (["paint"], "no command"), (["write"], "--folder DIR is missing"), (["write", "--folder"], "needs a value"),
        (["write", "--fodler", "x"], "there are --folder"), (["write", "--folder", "a", "--folder", "b"], "twice"),
        (["write", "--folder", "a", "--seed", "-1"], "whole number"),
        (["write", "--folder", "a", "--today", "2026-02-30"], "YYYY-MM-DD"), (["judge", "--folder", "a"], "--scores"),
        (["judge", "--folder", "a", "--scores", "b", "--least", "2"], "from 0 to 1"),
    ]) func `a wrong call says what was expected`(words: [String], said: String) {
        let refusal = #expect(throws: Refusal.self) { try Command.parse(words) }
        #expect(refusal?.description.contains(said) == true)
    }
}
