import Foundation

/// What the operating system says about this process, in Prometheus' text form. Linux only; elsewhere empty.
enum ProcessFigures {
    static let startedAt = Date()

    static func render(service: String, version: String) -> String {
        var text = "# TYPE holdfast_build_info gauge\n"
        text += "holdfast_build_info\(PrometheusText.labels([("service", service), ("version", version)])) 1\n"
        text += gauge("holdfast_process_start_time_seconds", startedAt.timeIntervalSince1970)
        if let statm = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) {
            let pages = statm.split(separator: " ")
            if pages.count > 1, let resident = Int(pages[1]) {
                text += gauge(
                    "holdfast_process_resident_memory_bytes", Double(resident * Int(sysconf(Int32(_SC_PAGESIZE)))))
            }
        }
        if let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            text += gauge("holdfast_process_open_fds", Double(files.count))
        }
        var usage = rusage()
        if getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 {
            let seconds = Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            let fraction = Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
            text += "# TYPE holdfast_process_cpu_seconds_total counter\n"
            text += "holdfast_process_cpu_seconds_total \(PrometheusText.number(seconds + fraction))\n"
        }
        return text
    }

    private static func gauge(_ name: String, _ value: Double) -> String {
        "# TYPE \(name) gauge\n\(name) \(PrometheusText.number(value))\n"
    }
}
