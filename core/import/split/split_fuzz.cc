// Whatever a file holds, in pieces whose size its first byte says: no row is lost or made by where
// the pieces end.
#include "base/check.h"
#include "import/split/csv.h"
#include "import/split/dump.h"
#include "import/split/json.h"
#include "import/split/row_list.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock::importing;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t step = data[0] % 64 + 1;
  const auto check = [&](Splitter& in_steps, Splitter& at_once) {
    PENSTOCK_CHECK(rows_of(in_steps, text, step) == rows_of(at_once, text, text.size() + 1));
  };
  LineSplitter lines[2];
  check(lines[0], lines[1]);
  JsonSplitter json[2];
  check(json[0], json[1]);
  check(*make_csv_splitter(), *make_csv_splitter());
  DumpSplitter dumps[2];
  check(dumps[0], dumps[1]);
  return 0;
}
