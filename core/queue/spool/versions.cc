#include "queue/spool/versions.h"

#include "base/text.h"

namespace penstock::queue {
namespace {

struct Kind {
  const char* name;
  const sqlite::Steps& steps;
};
constexpr Kind kKinds[] = {{"cursor.db", kCursorSteps}, {"dead.db", kDeadLettersSteps}};

}  // namespace

Result<void> refuse_newer_spool(const std::string& spool) {
  for (const Kind& kind : kKinds) {
    PENSTOCK_TRY(sqlite::refuse_newer(str_cat(spool, '/', kind.name), kind.steps.last()));
  }
  return {};
}

std::vector<files::FileVersion> spool_versions(const std::string& spool) {
  std::vector<files::FileVersion> versions;
  for (const Kind& kind : kKinds) {
    const std::string path = str_cat(spool, '/', kind.name);
    if (const auto version = sqlite::version_of_file(path)) {
      versions.push_back({path, *version, kind.steps.last()});
    }
  }
  return versions;
}

}  // namespace penstock::queue
