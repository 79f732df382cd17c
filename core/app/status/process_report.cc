#include "app/status/process_report.h"

#include "app/process/run_file.h"
#include "app/process/state_lock.h"
#include "app/status/process_info.h"
#include "base/bytes.h"
#include "base/text.h"
#include "client/http_client.h"
#include "json/reader.h"

namespace penstock::app {

ProcessReport find_process(const std::string& state_dir, std::string_view program) {
  ProcessReport report;
  report.program = program;
  const auto file = find_running(state_dir, program);
  if (!file) return report;
  report.is_running = true;
  report.pid = file->pid;
  report.listen = file->listen;
  report.tls_listen = file->tls_listen;
  report.admin = file->admin;
  if (const auto info = process_info(file->pid)) {
    report.uptime_s = info->uptime_s;
    report.rss_bytes = info->rss_bytes;
  }
  if (file->is_newer()) {
    report.not_ready = {str_cat("its run file is of version ", file->version,
                                " and this penstock knows ", kRunFileVersion,
                                ": ask the penstock of the version that runs")};
  }
  if (report.admin.empty()) return report;
  const auto ready = client::http_get(report.admin, "/readyz", kAnswerMs);
  report.is_silent = !ready;
  report.is_ready = ready && ready->status == 200;
  if (ready && !report.is_ready) report.not_ready = not_ready_reasons(ready->body);
  return report;
}

std::vector<std::string> not_ready_reasons(std::string body) {
  reserve_padding(body);
  std::vector<std::string> reasons;
  json::Reader reader;
  const auto is_read = reader.read(body, [&](json::Value& root) {
    return root.members([&](std::string_view key, json::Value& value) -> Result<void> {
      if (key != "reasons") return {};
      return value.elements([&](json::Value& element) -> Result<void> {
        const auto reason = element.string();
        if (!reason) return fail(reason.error());
        reasons.emplace_back(*reason);
        return {};
      });
    });
  });
  return is_read ? reasons : std::vector<std::string>();
}

Metrics metrics_of(const ProcessReport& process) {
  if (!process.is_running || process.is_silent || process.admin.empty()) return Metrics();
  const auto answer = client::http_get(process.admin, "/metrics", kAnswerMs);
  return answer && answer->status == 200 ? Metrics(answer->body) : Metrics();
}

}  // namespace penstock::app
