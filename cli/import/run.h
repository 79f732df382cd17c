// One import, from the first file to the last.
#pragma once

#include <string>
#include <vector>

#include "app/config/config.h"
#include "cli/import/input.h"
#include "import/formats.h"
#include "import/importer.h"

namespace penstock::cli {

struct ImportRun {
  const importing::Format* format = nullptr;
  importing::ImportOptions options;
  std::vector<std::string> files;  // As they were named, "-" for standard input.
  std::vector<Input> inputs;       // Of them, open.
  bool is_dry = false;
  bool begins_anew = false;  // Whatever an import before came to.
};

// Both return the program's exit code, and tell what was imported and what was not.
int import_into_queue(ImportRun run, const app::Config& config);
int import_dry(ImportRun run);

}  // namespace penstock::cli
