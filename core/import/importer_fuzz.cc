// A file of the format that its first byte names.
#include "adapter/contract/fuzz_sink.h"
#include "import/importer.h"

namespace {

using namespace penstock;

class Listener final : public importing::ImportListener {
 public:
  void on_fault(const importing::ImportFault& fault) override {
    PENSTOCK_CHECK(!fault.problem.empty());
    ++faults;
  }
  void on_row_done(std::uint64_t row, std::string_view /*text*/) override {
    PENSTOCK_CHECK(row == ++rows);
  }
  std::uint64_t faults = 0;
  std::uint64_t rows = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto all = importing::formats();
  const importing::Format& format = all[data[0] % all.size()];
  importing::ImportOptions options;
  options.format.format_string = "%h %t \"%r\"";
  options.now_ms = 1'795'696'990'000;
  adapter::FuzzSink sink;
  Listener listener;
  importing::Importer importer(format, options, sink, listener);
  std::string problem;
  PENSTOCK_CHECK(importer.begin_file(0, problem));
  importer.feed({reinterpret_cast<const char*>(data) + 1, size - 1});
  importer.end_file();
  const auto& counts = importer.counts();
  PENSTOCK_CHECK(counts.events == sink.count() && counts.faults == listener.faults);
  PENSTOCK_CHECK(counts.rows == listener.rows);
  return 0;
}
