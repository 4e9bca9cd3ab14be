/// Every kind of step: one file each in this folder, one line each here.
enum Steps {
    static let all: [any Step.Type] = [
        MessageStep.self,
        TaskStep.self,
        WaitStep.self,
        WaitUntilStep.self,
        BranchStep.self,
        EndStep.self,
    ]

    static var kinds: [String] { all.map { $0.kind } }

    static func kind(_ name: String) -> (any Step.Type)? { all.first { $0.kind == name } }
}
