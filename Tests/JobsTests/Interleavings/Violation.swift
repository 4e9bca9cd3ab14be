extension QueueModel {
    /// A broken promise of the queue.
    enum Violation: String, Error {
        case inSeveralPlaces = "a job is in two tables"
        case lost = "a committed job is in no table, or a rolled back one is in one"
        case leftItsEnd = "a job that was done or dead is so no more"
        case twoLeases = "a job has two leases"
        case oldToken = "the end of a start was accepted that was no longer the job's"
        case tooManyAttempts = "more attempts than were allowed, and crashes"
        case ledgerTwice = "a handler's transaction counts twice"
        case ledgerWrong = "what a handler's transaction wrote and how its job ended differ"
        case innocentBuried = "a job is dead by the crash that another caused"
        case poisonLives = "a job that always kills its worker is not dead"
        case twoRun = "two workers run one job, and neither was stopped"
        case healthyGivenUp = "a healthy worker was given up after the database was away"
        case lostWakeUp = "a job waits though a worker with room sleeps for longer than a beat"
        case stuck = "a job does not end though all is well again"
    }
}
