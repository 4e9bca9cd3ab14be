import Testing

@testable import DemoStory

@Suite struct CSVTests {
    @Test func `cells are read as they were written, whatever they hold`() throws {
        let cells = ["plain", "a,b", "say \"no\"", "two\nlines", "", "\"", "кириця"]
        let file = CSV.file(["1", "2", "3", "4", "5", "6", "7"], [cells])
        let read = try CSV.rows(file, columns: ["1", "2", "3", "4", "5", "6", "7"], of: "file")
        #expect(read == [cells])
    }

    @Test func `columns come in the order asked for, from CRLF lines and without a last line end`() throws {
        let read = try CSV.rows("a,b,c\r\n1,2,3\r\n4,5,6", columns: ["c", "a"], of: "file")
        #expect(read == [["3", "1"], ["6", "4"]])
    }

    @Test(arguments: [
        ("a,b\n1,2\n", "no column c"), ("a,c\n1,2\n3\n", "record 3: 1 cells"), ("a,c\n1,\"2\n", "inside quotes"),
    ]) func `a broken file is refused with the place`(text: String, said: String) {
        let refusal = #expect(throws: Refusal.self) { try CSV.rows(text, columns: ["a", "c"], of: "file") }
        #expect(refusal?.description.contains(said) == true)
    }
}
