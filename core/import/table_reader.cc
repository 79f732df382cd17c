#include "import/table_reader.h"

#include <algorithm>

#include "base/text.h"
#include "import/access/log_time.h"

namespace penstock::importing {
namespace {

const Cell* find_cell(const Row& row, std::string_view name) {
  const auto found = std::find_if(row.cells.begin(), row.cells.end(),
                                  [name](const Cell& cell) { return cell.name == name; });
  return found == row.cells.end() ? nullptr : &*found;
}

}  // namespace

std::string_view cell_of(const Row& row, std::string_view name) {
  const Cell* cell = find_cell(row, name);
  return cell == nullptr ? std::string_view() : cell->text;
}

bool has_column(const Row& row, std::string_view name) { return find_cell(row, name) != nullptr; }

adapter::ReadOutcome TableReader::refused(std::string problem) {
  return adapter::refusal(422, adapter::kInvalidEventError, std::move(problem));
}

adapter::ReadOutcome TableReader::read_cells(const Row& row, const adapter::ItemShape& shape,
                                             const adapter::Context& context,
                                             std::string_view time_column) {
  adapter::ItemReader reader(shape, source_, context);
  adapter::Item& item = reader.begin();
  texts_.resize(std::max(texts_.size(), row.cells.size()));
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    const Cell& cell = row.cells[i];
    if (cell.text.empty()) continue;
    const std::string_view text = adapter::as_utf8(cell.text, texts_[i]);
    item.take_pair(cell.name, text);
    if (cell.name != time_column) continue;
    if (const auto time = parse_log_time(text)) {
      item.set_made(adapter::Place::kTime,
                    str_cat(time->has_zone ? time->ms : options_.utc_of(time->ms)));
    }
  }
  reader.end();
  return reader.outcome();
}

}  // namespace penstock::importing
