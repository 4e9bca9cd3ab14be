import Foundation
import Model
import Postgres
import TestBed
import Testing

@testable import Jobs
@testable import Notifier

/// Many deliveries, several workers, endpoints beside each other.
@Suite struct CrowdTests {
    @Test func twoWorkersDeliverEachOnce() async throws {
        let receiver = try Receiver.answering(200)
        try await Bench.with(workers: 2) { bench in
            _ = try await bench.book.add(name: "hook", url: receiver.url, topics: [])
            var tasks: [Int64] = []
            for number in 1...40 { tasks.append(try await bench.task(try await bench.account("a\(number)"))) }
            try await bench.publish(.taskOpened, TasksTouched(tasks: tasks))
            // The same jobs once more, as after a lease that was lost.
            try await eventually(within: 20, "deliveries are made") {
                try await bench.count("select count(*) from notify.delivery") == 40
            }
            try await bench.owner.execute(
                """
                select queue.enqueue('notifier', 'delivery.attempt',
                    jsonb_build_object('delivery', id, 'endpoint', endpoint_id)) from notify.delivery
                """)
            try await bench.settled(40)
            try await eventually(within: 40, "nothing waits any more") {
                try await bench.count(
                    "select (select count(*) from queue.ready) + (select count(*) from queue.lease) + (select count(*) from queue.scheduled)"
                ) == 0
            }
            #expect(receiver.requests.count == 40)
            #expect(Set(receiver.requests.map { $0.headers["webhook-id"] }).count == 40)
            #expect(try await bench.count("select count(*) from notify.attempt") == 40)
        }
    }

    @Test func asManyTriesAtOnceAsTheSettingSays() async throws {
        for (number, environment) in [(64, [:]), (3, ["HOLDFAST_NOTIFIER_WORKERS": "3"])] {
            try await Bench.with(workers: 0, environment: environment) { bench in
                #expect(bench.parts.worker.concurrency == number)
            }
        }
    }

    @Test func anEndpointThatHangsHoldsUpNoOther() async throws {
        let hanging = try Receiver { _, _ in .hang }
        let good = try Receiver.answering(200)
        try await Bench.with { bench in
            _ = try await bench.book.add(name: "hanging", url: hanging.url, topics: [])
            _ = try await bench.book.add(name: "good", url: good.url, topics: [])
            var tasks: [Int64] = []
            for number in 1...200 { tasks.append(try await bench.task(try await bench.account("a\(number)"))) }
            try await bench.publish(.taskOpened, TasksTouched(tasks: tasks))
            try await eventually(within: 15, "the good endpoint has everything") {
                try await bench.count("select count(*) from notify.delivery where state = 'delivered'") == 200
            }
            #expect(hanging.requests.count <= 4)
            #expect(good.requests.count == 200)
        }
    }
}
