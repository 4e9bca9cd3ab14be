/// Playbooks that several tests use.
enum Sample {
    static let alert = """
        playbook: alert
        title: Alert
        trigger: {segment: hot}
        reentry: always
        steps:
          - task: call
            title: "Call {{account.name}}"
            due: 1 working day
          - message: tell
            to: owner
            subject: "{{account.name}}"
            body: "Look at it"
        """

    static let chain = """
        playbook: chain
        title: Chain
        trigger: {segment: quiet}
        exits:
          - {segment: quiet, when: left}
        steps:
          - message: first
            to: contacts
            topic: marketing
            subject: Hello
            body: Hello {{contact.name}}
          - wait: pause
            for: 400 days
          - message: second
            to: {role: decides}
            topic: marketing
            subject: Again
            body: Hello again
        """
}
