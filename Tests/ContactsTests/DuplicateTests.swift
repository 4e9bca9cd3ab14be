import Model
import Postgres
import TestBed
import Testing

@testable import Contacts

@Suite struct DuplicateTests {
    @Test(arguments: [
        ("ТОВ «Нова Лінія»", "Nova Liniya LLC"), ("Acme, Inc.", "АКМЕ"), ("GmbH Müller & Söhne", "Muller Sohne"),
        ("ФОП Юрій Харченко", "Yurii Kharchenko"), ("Kyiv's  Best", "Kyivs best Ltd."), ("Київхліб ПрАТ", "Kyivkhlib"),
        ("Експрес-Сервіс", "Express Servis"), ("Acme Sp. z o.o.", "acme"), ("Зернотрейд", "Zernotreid"),
    ])
    func namesThatSoundAlikeAreOne(_ one: String, _ other: String) async throws {
        try await Desk.with { desk in
            let plain = try await desk.text("select crm.plain_name(\(one)) as one, crm.plain_name(\(other)) as other")
            let words = plain.split(separator: " ")
            #expect(words.prefix(words.count / 2) == words.suffix(words.count / 2), "\(plain)")
        }
    }

    /// Called otherwise, but reached by the same telephone and mail address or domain; one of them alone is a bureau's.
    @Test func otherNamesMeetByTelephoneAndMail() async throws {
        try await Desk.with { desk in
            try await desk.importing(
                .accounts,
                "key,name,domain\na,Nova Liniya,\nb,Epicentr,\nc,Comfy,shop.example\nd,Rozetka,shop.example\ne,Foxtrot,\nf,Eldorado,\n"
            )
            try await desk.importing(
                .contacts,
                """
                account_key,contact_key,name,email,phone
                a,1,Anna,nova@gmail.com,+380441234567
                b,2,Ben,Nova@gmail.com,+380 44 123 45 67
                c,3,Cy,,+380441234568
                d,4,Dan,,+380441234568
                e,5,Eve,,+380441234569
                f,6,Fred,,+380441234569
                """)
            let pairs = try await DuplicatePair.find(atMost: 10, in: desk.pool)
            #expect(pairs.map { $0.accountKey + $0.otherKey } == ["ab", "cd"], "\(pairs)")
            #expect(pairs.first?.why == ["same mail address", "same telephone"], "\(pairs)")
        }
    }

    @Test func addressesOfOneInboxAreOneAndSlipsAreTold() async throws {
        try await Desk.with { desk in
            let text = try await desk.text(
                """
                select crm.plain_phone('044 123 45 67') as p, crm.plain_phone('+38 (044) 123-45-67') as q, crm.plain_phone('80441234567') as r,
                    crm.plain_mail('Anna.B+shop@GMail.com') as m, crm.plain_mail('A+b@x.de') as n,
                    crm.is_one_slip('grand', 'gramd')::text as a, crm.is_one_slip('grand', 'grad')::text as b,
                    crm.is_one_slip('grand', 'garnd')::text as c, crm.is_one_slip('grand', 'garde')::text as d,
                    crm.is_one_slip('kiv', 'lviv')::text as e
                """)
            #expect(
                text == "+380441234567 +380441234567 +380441234567 annab@gmail.com a@x.de true true true false false")
        }
    }

    /// 500 accounts of 10,000 are others written again, each with a damage of its own; others look alike and are not.
    @Test func plantedPairsAreFoundAndFewElse() async throws {
        try await Desk.with { desk in
            let town = Town()
            try await town.build(desk)
            #expect(try await desk.count("select from crm.account") == 10_000)
            let clock = ContinuousClock()
            let began = clock.now
            let found = try await DuplicatePair.find(atMost: DuplicatePair.most, in: desk.pool)
            let took = began.duration(to: clock.now)
            let pairs = Set(found.map { [$0.accountKey, $0.otherKey].sorted() })
            let right = town.planted.intersection(pairs).count
            #expect(town.planted.count == 500)
            #expect(
                right >= 475,
                "\(right) of 500 found; missed \(town.planted.subtracting(pairs).sorted { $0[0] < $1[0] }.prefix(8))")
            let wrong = pairs.subtracting(town.planted)
            #expect(wrong.count * 50 <= pairs.count, "\(wrong.count) false: \(wrong.prefix(8))")
            #expect(took < .seconds(60))
        }
    }
}
