// A format in the first line, and lines of a log by it, by names and as JSON.
#include "adapter/contract/fuzz_sink.h"
#include "import/access/json_reader.h"
#include "import/access/line_reader.h"
#include "import/contract/reader_probe.h"
#include "import/split/lines.h"

namespace {

using namespace penstock;

class Lines final : public importing::RowSink {
 public:
  explicit Lines(importing::RowReader& reader) : probe_(reader) {}
  void on_row(const importing::Row& row) override {
    const std::uint32_t before = sink_.count();
    const auto outcome = probe_.read(row, sink_);
    PENSTOCK_CHECK(outcome.status >= 400 || outcome.accepted == sink_.count() - before);
  }
  void on_bad_row(std::uint64_t /*line*/, std::string_view /*problem*/) override {}

 private:
  importing::ReaderProbe probe_;
  adapter::FuzzSink sink_;
};

void read_all(importing::RowReader& reader, std::string_view text) {
  Lines lines(reader);
  importing::LineSplitter splitter;
  splitter.feed(text, lines);
  splitter.end(lines);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string problem;
  if (auto format = importing::LogFormat::compile(text.substr(0, end), problem)) {
    read_all(*importing::make_line_reader(*std::move(format), {}, "fuzz"), text.substr(end));
  } else {
    PENSTOCK_CHECK(!problem.empty());
  }
  read_all(*importing::make_w3c_reader({.host = "h.example"}, "fuzz"), text);
  read_all(*importing::make_json_log_reader({}, "fuzz"), text);
  return 0;
}
