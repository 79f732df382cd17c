#include "server/metrics.h"

#include <charconv>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <sys/resource.h>
#include <unistd.h>

#include "base/text.h"

namespace penstock::server {
namespace {

void append_number(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "NaN";
    return;
  }
  if (std::isinf(value)) {
    out += value > 0 ? "+Inf" : "-Inf";
    return;
  }
  // In full where that is short: "1e+06" and "1e-04" are valid but hard to read.
  const double size = std::abs(value);
  const bool is_usual = size == 0 || (size >= 1e-6 && size < 1e15);
  const auto format = is_usual ? std::chars_format::fixed : std::chars_format::general;
  char digits[64];
  const auto end = std::to_chars(digits, digits + sizeof digits, value, format).ptr;
  out.append(digits, end);
}

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
}

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

// Of /proc/self/statm, in bytes.
double resident_bytes() {
  std::ifstream file("/proc/self/statm");
  double total_pages = 0;
  double resident_pages = 0;
  file >> total_pages >> resident_pages;
  return resident_pages * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double open_descriptors() {
  std::error_code error;
  double count = -1;  // The one that looks.
  for (std::filesystem::directory_iterator i("/proc/self/fd", error), end; !error && i != end;
       i.increment(error)) {
    ++count;
  }
  return count;
}

double seconds_of(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// The 22nd field of /proc/self/stat counts ticks since the boot. The second is the program's name
// in parentheses and may itself hold spaces and parentheses. When the boot was is asked of the
// clocks: a unit with ProcSubset=pid has no /proc/stat.
double read_start_seconds() {
  std::ifstream stat_file("/proc/self/stat");
  std::stringstream text;
  text << stat_file.rdbuf();
  const std::string stat = text.str();
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) return 0;
  std::istringstream fields(stat.substr(name_end + 1));
  std::string field;
  for (int number = 3; number <= 22; ++number) fields >> field;
  const double ticks = static_cast<double>(parse_int(field).value_or(0));

  const double boot_seconds = seconds_of(CLOCK_REALTIME) - seconds_of(CLOCK_BOOTTIME);
  return boot_seconds + ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace

void MetricsWriter::family(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  out_ += "# HELP ";
  out_ += name;
  out_ += ' ';
  append_escaped(out_, help);
  out_ += "\n# TYPE ";
  out_ += name;
  out_ += ' ';
  out_ += type;
  out_ += '\n';
}

void MetricsWriter::sample(Labels labels, double value) {
  out_ += name_;
  char before = '{';
  for (const auto& [label, text] : labels) {
    out_ += before;
    out_ += label;
    out_ += "=\"";
    append_escaped(out_, text);
    out_ += '"';
    before = ',';
  }
  if (labels.size() > 0) out_ += '}';
  out_ += ' ';
  append_number(out_, value);
  out_ += '\n';
}

void MetricsWriter::histogram(std::string_view name, std::string_view help,
                              std::initializer_list<const Histogram*> parts) {
  histogram(name, help, parts.begin(), parts.size());
}

void MetricsWriter::histogram(std::string_view name, std::string_view help,
                              const Histogram* const* parts, std::size_t count) {
  family(name, "histogram", help);
  const std::span all(parts, count);

  std::uint64_t observations = 0;
  name_ = str_cat(name, "_bucket");
  for (std::size_t i = 0; i <= Histogram::kBoundsUs.size(); ++i) {
    for (const Histogram* part : all) observations += part->bucket(i);
    std::string bound;
    const bool is_last = i == Histogram::kBoundsUs.size();
    append_number(bound, is_last ? HUGE_VAL : static_cast<double>(Histogram::kBoundsUs[i]) / 1e6);
    sample({{"le", bound}}, static_cast<double>(observations));
  }

  double sum_seconds = 0;
  for (const Histogram* part : all) sum_seconds += static_cast<double>(part->sum_us()) / 1e6;
  name_ = str_cat(name, "_sum");
  sample(sum_seconds);
  name_ = str_cat(name, "_count");
  sample(static_cast<double>(observations));
}

void append_process_metrics(std::string& out, std::string_view program, std::string_view version) {
  MetricsWriter writer(out);
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  writer.family("process_cpu_seconds_total", "counter", "User and system time used.");
  writer.sample(seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime));
  writer.family("process_resident_memory_bytes", "gauge", "Memory in RAM.");
  writer.sample(resident_bytes());
  writer.family("process_open_fds", "gauge", "Open file descriptors.");
  writer.sample(open_descriptors());
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  writer.family("process_max_fds", "gauge", "Limit of open file descriptors.");
  writer.sample(limit.rlim_cur == RLIM_INFINITY ? HUGE_VAL : static_cast<double>(limit.rlim_cur));
  writer.family("process_start_time_seconds", "gauge", "Start, in seconds since the Unix epoch.");
  // Read once: a clock that is set must not look like a restart.
  static const double start_seconds = read_start_seconds();
  writer.sample(start_seconds);
  writer.family("penstock_build_info", "gauge", "Which program this is; always 1.");
  writer.sample({{"program", program}, {"version", version}}, 1);
}

void append_free_bytes(std::string& out, std::string_view name, const std::string& folder) {
  MetricsWriter writer(out);
  writer.family(name, "gauge", "Free space of the file system that the folder is on.");
  std::error_code error;
  const auto space = std::filesystem::space(folder, error);
  if (!error) writer.sample(static_cast<double>(space.available));
}

}  // namespace penstock::server
