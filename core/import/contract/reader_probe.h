// A reader's rows one by one, for tests and fuzz targets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapter/contract/list_sink.h"
#include "base/bytes.h"
#include "import/contract/row_reader.h"

namespace penstock::importing {

class ReaderProbe {
 public:
  explicit ReaderProbe(RowReader& reader, std::string_view project = "shop") : reader_(reader) {
    origin_.project = project;
    origin_.is_server_side = true;
    origin_.received_at_ms = kNoTimeMs;
  }

  adapter::ReadOutcome read(const Row& row) { return read(row, sink); }
  adapter::ReadOutcome read(const Row& row, adapter::RecordSink& into) {
    const auto open = [](std::string_view) { return true; };
    return reader_.read(row, {origin_, workspace_, into, open});
  }
  // The only event of a line.
  event::Record line(std::string_view text) {
    text_.assign(text);
    reserve_padding(text_);
    const std::size_t before = sink.size();
    outcome = read({.text = text_, .line = 1});
    return sink.size() == before + 1 ? sink[before] : event::Record();
  }
  event::Record cells(std::vector<Cell> cells, std::string_view table = {}) {
    const std::size_t before = sink.size();
    outcome = read({.text = "row", .cells = cells, .table = table, .line = 1});
    return sink.size() == before + 1 ? sink[before] : event::Record();
  }

  adapter::ListSink sink;
  adapter::ReadOutcome outcome;  // Of the last line or cells.

 private:
  RowReader& reader_;
  adapter::Origin origin_;
  adapter::Workspace workspace_{Random(1)};
  std::string text_;
};

}  // namespace penstock::importing
