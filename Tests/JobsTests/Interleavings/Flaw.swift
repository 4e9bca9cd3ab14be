extension QueueModel {
    /// A rule of the protocol left out. What then goes wrong must be found.
    enum Flaw: String, CaseIterable {
        case noToken, noRepollAfterSleep, workerRowPrunedBeforeRequeue, tokenFromSequenceWithAsyncClaims, noSolo
        case claimedTwice
        case buriesInCompany, lateClaimsAreBelieved, silenceFromTheAnswer, claimWithoutWorkerLock, outageTakenForSilence
        case claimsNeverDurable, noBeatPoll, noStraysReturned, runsOnInSilence

        var rules: Rules {
            var rules = Rules()
            switch self {
            case .noToken: rules.tokenIsChecked = false
            case .noRepollAfterSleep:
                rules.looksAgainBeforeSleep = false
                rules.beatTellsOfReady = false
            case .workerRowPrunedBeforeRequeue: rules.givesUpAtOnce = false
            case .tokenFromSequenceWithAsyncClaims: rules.tokensGoBack = true
            case .noSolo:
                rules.suspectsRunAlone = false
                rules.buriesOnlyAlone = false
            case .claimedTwice: rules.claimLocksJobs = false
            case .buriesInCompany: rules.buriesOnlyAlone = false
            case .lateClaimsAreBelieved: rules.lateClaimsAreDropped = false
            case .silenceFromTheAnswer: rules.silenceFromSending = false
            case .claimWithoutWorkerLock: rules.claimLocksWorker = false
            case .outageTakenForSilence: rules.onlySteadyWorkersGiveUp = false
            case .noBeatPoll: rules.beatTellsOfReady = false
            case .noStraysReturned: rules.straysAreReturned = false
            case .runsOnInSilence: rules.stopsInSilence = false
            case .claimsNeverDurable: rules.claimsAreDurableAfterCrash = false
            }
            return rules
        }
    }
}
