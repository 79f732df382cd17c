#include "import/formats.h"

#include <algorithm>

#include "base/text.h"
#include "import/access/json_reader.h"
#include "import/access/line_reader.h"
#include "import/items.h"
#include "import/matomo.h"
#include "import/own_export.h"
#include "import/split/csv.h"
#include "import/split/dump.h"
#include "import/split/json.h"
#include "import/tables.h"

namespace penstock::importing {
namespace {

using Made = std::unique_ptr<RowReader>;

template <Made (*kMake)(const FormatOptions& options)>
Made plain(const Format& /*format*/, const FormatOptions& options, std::string& /*problem*/) {
  return kMake(options);
}

Made lines(const Format& format, const FormatOptions& options, std::string& problem) {
  const std::string_view own = format.format_string;
  if (own.empty() && options.format_string.empty()) {
    problem = "wants --format-string, such as nginx's log_format";
    return nullptr;
  }
  auto compiled = LogFormat::compile(own.empty() ? options.format_string : own, problem);
  if (!compiled) problem = str_cat("its format string ", problem);
  return compiled ? make_line_reader(*std::move(compiled), options, format.name) : nullptr;
}

Made json(const Format& format, const FormatOptions& options, std::string& /*problem*/) {
  return make_json_log_reader(options, format.name);
}

Made w3c(const Format& format, const FormatOptions& options, std::string& /*problem*/) {
  return make_w3c_reader(options, format.name);
}

// The strings are GoAccess's own of these names (its src/settings.c), but for times with a zone.
constexpr Format kFormats[] = {
    {"penstock",
     "Penstock's own export, NDJSON or CSV",
     Framing::kRows,
     plain<make_own_export_reader>,
     {},
     true},
    {"mixpanel",
     "Mixpanel's raw export",
     Framing::kJson,
     plain<make_mixpanel_reader>,
     {},
     false,
     true},
    {"segment", "Segment's archives", Framing::kJson, plain<make_segment_reader>},
    {"umami", "Umami's CSV, or a dump of its database", Framing::kTable, plain<make_umami_reader>},
    {"matomo", "Matomo's visits (Live.getLastVisitsDetails, JSON), or a dump of its log tables",
     Framing::kJsonOrTable, plain<make_matomo_reader>},
    {"plausible", "Plausible's table events_v2 as CSV", Framing::kTable,
     plain<make_plausible_reader>},
    {"combined", "nginx's and Apache's usual access log", Framing::kLines, lines,
     R"(%h %^ %e [%x] "%r" %s %b "%R" "%u")"},
    {"vcombined", "the same behind host and port", Framing::kLines, lines,
     R"(%v:%^ %h %^ %e [%x] "%r" %s %b "%R" "%u")"},
    {"common", "Common Log Format", Framing::kLines, lines, R"(%h %^ %e [%x] "%r" %s %b)"},
    {"vcommon", "the same behind host and port", Framing::kLines, lines,
     R"(%v:%^ %h %^ %e [%x] "%r" %s %b)"},
    {"json", "access logs of JSON objects (nginx, Traefik)", Framing::kJson, json},
    {"caddy", "Caddy's access log", Framing::kJson, json},
    {"w3c", "W3C extended logs (IIS)", Framing::kLines, w3c},
    {"cloudfront", "Amazon CloudFront's access logs", Framing::kLines, w3c},
    {"awselb", "Amazon's load balancers", Framing::kLines, lines,
     R"(%^ %x %^ %h:%^ %^ %^ %T %^ %s %^ %^ %b "%r" "%u" %^)"},
    {"awss3", "Amazon S3's access logs", Framing::kLines, lines,
     R"(%^ %v [%x] %h %^"%r" %s %^ %b %^ %L %^ "%R" "%u")"},
    {"traefikclf", "Traefik's access log of lines", Framing::kLines, lines,
     R"(%h - %e [%x] "%r" %s %b "%R" "%u" %^ "%^" "%^" %Lms)"},
    {"squid", "Squid's native access log", Framing::kLines, lines,
     R"(%x %~%L %h %^/%s %b %m %U %^)"},
    {"access-log", "any other, by --format-string", Framing::kLines, lines},
};

}  // namespace

std::span<const Format> formats() { return kFormats; }

const Format* format_named(std::string_view name) {
  const auto* const found = std::find_if(
      std::begin(kFormats), std::end(kFormats),
      [name](const Format& format) { return equals_ignoring_case(format.name, name); });
  return found == std::end(kFormats) ? nullptr : found;
}

std::unique_ptr<Splitter> make_splitter(const Format& format, std::string_view beginning) {
  const auto first = beginning.find_first_not_of("\xef\xbb\xbf \t\r\n");
  const char c = first == std::string_view::npos ? '\0' : beginning[first];
  switch (format.framing) {
    case Framing::kLines:
      break;
    case Framing::kJson:
      return std::make_unique<JsonSplitter>();
    case Framing::kRows:
      if (c == '{' || c == '[') return std::make_unique<JsonSplitter>();
      return make_csv_splitter();
    case Framing::kJsonOrTable:
      if (c == '{' || c == '[') return std::make_unique<JsonSplitter>();
      [[fallthrough]];
    case Framing::kTable:
      if (begins_like_dump(beginning)) return std::make_unique<DumpSplitter>();
      return make_csv_splitter();
  }
  return std::make_unique<LineSplitter>();
}

}  // namespace penstock::importing
