// Rows of a CSV (RFC 4180) whose first row names the columns; libcsv reads it. A cell in quotes may
// hold line ends.
#pragma once

#include <memory>

#include "import/split/splitter.h"

namespace penstock::importing {

std::unique_ptr<Splitter> make_csv_splitter();

}  // namespace penstock::importing
