// The text is the file, and its first lines are also given as --set and as environment: whatever
// comes, loading ends with settings that each check still accepts.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

#include "app/config/config.h"
#include "app/config/schema.h"
#include "base/check.h"

namespace {

using namespace penstock::app;

// An unknown name is compared with every known one, letter by letter: more of it is only slower.
constexpr std::size_t kLinesMax = 3;
constexpr std::size_t kLineBytesMax = 48;

std::string scratch_file() {
  static const std::string path = [] {
    std::string pattern = "/tmp/penstock-config-fuzz-XXXXXX";
    PENSTOCK_CHECK(mkdtemp(pattern.data()) != nullptr);
    static std::string folder = pattern;
    std::atexit([] {
      std::remove((folder + "/penstock.toml").c_str());
      rmdir(folder.c_str());
    });
    return pattern + "/penstock.toml";
  }();
  return path;
}

void check_accepted(const Config& config) {
  Config copy = config;
  for (const Setting& setting : settings()) {
    std::visit(
        [&](auto member) { PENSTOCK_CHECK(assign(setting, Value(member(copy)), copy).empty()); },
        setting.target);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::ofstream(scratch_file(), std::ios::binary | std::ios::trunc) << text;

  ConfigSources sources;
  sources.file = scratch_file();
  sources.is_file_required = true;
  check_accepted(load_config(sources).config);

  std::vector<std::string> variables;
  for (std::string_view rest = text; !rest.empty() && variables.size() < kLinesMax;) {
    const std::string_view line = rest.substr(0, std::min(rest.find('\n'), kLineBytesMax));
    rest.remove_prefix(line.size() + (line.size() < rest.size() ? 1 : 0));
    sources.sets.emplace_back(line);
    variables.push_back("PENSTOCK_" + std::string(line));
  }
  std::vector<const char*> environment;
  for (const std::string& variable : variables) environment.push_back(variable.c_str());
  environment.push_back(nullptr);
  sources.environment = environment.data();
  sources.file.clear();
  check_accepted(load_config(sources).config);
  return 0;
}
