// Rows as texts, for tests and fuzz targets.
#pragma once

#include <string>
#include <vector>

#include "base/check.h"
#include "base/text.h"
#include "import/split/splitter.h"

namespace penstock::importing {

// "2: text", "3: table: name=text|name=text", "4 bad: problem".
class RowList final : public RowSink {
 public:
  void on_row(const Row& row) override {
    PENSTOCK_CHECK(row.text.size() <= kRowBytesMax + 1'000 && row.line >= last_line_);
    last_line_ = row.line;
    std::string text = str_cat(row.line, ": ");
    if (!row.table.empty()) text += str_cat(row.table, ": ");
    if (row.cells.empty()) text += row.text;
    for (const Cell& cell : row.cells) {
      text += str_cat(&cell == row.cells.data() ? "" : "|", cell.name, "=", cell.text);
    }
    rows.push_back(std::move(text));
  }
  void on_bad_row(std::uint64_t line, std::string_view problem) override {
    rows.push_back(str_cat(line, " bad: ", problem));
  }

  std::vector<std::string> rows;

 private:
  std::uint64_t last_line_ = 0;
};

// All of `text`, `step` bytes at a time.
inline std::vector<std::string> rows_of(Splitter& splitter, std::string_view text,
                                        std::size_t step) {
  RowList list;
  for (std::size_t at = 0; at < text.size(); at += step) {
    splitter.feed(text.substr(at, step), list);
  }
  splitter.end(list);
  return std::move(list.rows);
}

}  // namespace penstock::importing
