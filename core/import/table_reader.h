// What readers of databases' rows share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapter/contract/item_reader.h"
#include "import/contract/row_reader.h"

namespace penstock::importing {

// The cell's text; "" where the row has none of that name.
std::string_view cell_of(const Row& row, std::string_view name);
bool has_column(const Row& row, std::string_view name);

class TableReader : public RowReader {
 public:
  TableReader(FormatOptions options, std::string_view source)
      : options_(std::move(options)), source_(source) {}

 protected:
  static adapter::ReadOutcome refused(std::string problem);

  // The row as one event, of what its cells say; empty ones say nothing. `time_column` holds its
  // time as parse_log_time() reads it, in the options' zone where it names none.
  adapter::ReadOutcome read_cells(const Row& row, const adapter::ItemShape& shape,
                                  const adapter::Context& context, std::string_view time_column);

 private:
  const FormatOptions options_;
  const std::string_view source_;
  std::vector<std::string> texts_;
};

}  // namespace penstock::importing
