#include "import/access/line_reader.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "import/access/log_event.h"

namespace penstock::importing {
namespace {

constexpr adapter::ItemShape kShape{};
constexpr std::string_view kFieldsMark = "#Fields:";

class LineReader : public RowReader {
 public:
  LineReader(std::optional<LogFormat> format, FormatOptions options, std::string_view source)
      : options_(std::move(options)),
        source_(source),
        format_(std::move(format)),
        event_(options_) {}

  adapter::ReadOutcome read(const Row& row, const adapter::Context& context) override {
    adapter::ItemReader reader(kShape, source_, context);
    if (row.text.starts_with('#')) {
      pass(row);
      return reader.outcome();
    }
    if (!format_) {
      reader.reject(422, adapter::kInvalidEventError, "has no line #Fields: before it");
      return reader.outcome();
    }
    fields_.clear();
    std::size_t where = 0;
    const std::string_view line = adapter::as_utf8(row.text, repaired_);
    if (!format_->match(line, fields_, where)) {
      reader.reject(422, adapter::kInvalidEventError,
                    str_cat("is not of the format, from byte ", where, " on"));
      return reader.outcome();
    }
    prepare(fields_);
    event_.make(fields_, reader);
    return reader.outcome();
  }

 protected:
  virtual void prepare(LogFields& /*fields*/) {}

  const FormatOptions options_;
  const std::string_view source_;
  std::optional<LogFormat> format_;

 private:
  LogEvent event_;
  LogFields fields_;
  std::string repaired_;
};

class W3cReader final : public LineReader {
 public:
  using LineReader::LineReader;

  void pass(const Row& row) override {
    if (!row.text.starts_with(kFieldsMark)) return;
    const std::string_view names = row.text.substr(kFieldsMark.size());
    is_by_tabs_ = false;
    format_ = LogFormat::of_names(trim(names), ' ');
    by_tabs_ = LogFormat::of_names(tabs_for_spaces(names), '\t');
  }

  adapter::ReadOutcome read(const Row& row, const adapter::Context& context) override {
    // CloudFront names its fields with spaces between and writes tabs.
    if (!is_by_tabs_ && by_tabs_ && row.text.find('\t') != std::string_view::npos &&
        !row.text.starts_with('#')) {
      is_by_tabs_ = true;
      format_ = by_tabs_;
    }
    return LineReader::read(row, context);
  }

 private:
  static std::string tabs_for_spaces(std::string_view text) {
    std::string out(trim(text));
    std::replace(out.begin(), out.end(), ' ', '\t');
    return out;
  }

  // A space in a user agent is a plus, or percent-encoded.
  void prepare(LogFields& fields) override {
    std::string_view& agent = fields.values[static_cast<std::size_t>(LogField::kUserAgent)];
    agent_.assign(agent);
    for (std::size_t at = 0; (at = agent_.find("%20", at)) != std::string::npos;) {
      agent_.replace(at, 3, " ");
    }
    if (agent_.find(' ') == std::string::npos) std::replace(agent_.begin(), agent_.end(), '+', ' ');
    agent = agent_;
  }

  std::optional<LogFormat> by_tabs_;
  bool is_by_tabs_ = false;
  std::string agent_;
};

}  // namespace

std::unique_ptr<RowReader> make_line_reader(LogFormat format, FormatOptions options,
                                            std::string_view source) {
  return std::make_unique<LineReader>(std::move(format), std::move(options), source);
}

std::unique_ptr<RowReader> make_w3c_reader(FormatOptions options, std::string_view source) {
  return std::make_unique<W3cReader>(std::nullopt, std::move(options), source);
}

}  // namespace penstock::importing
