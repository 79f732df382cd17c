#include "app/config/config.h"

namespace penstock::app {
namespace {

constexpr std::string_view kSqliteScheme = "sqlite:";

}  // namespace

std::string Config::keys_path() const {
  return ingest.keys_file.empty() ? state_dir + "/keys.json" : ingest.keys_file;
}

std::string Config::console_keys_folder() const { return state_dir + "/keys"; }

std::string Config::console_keys_path() const { return console_keys_folder() + "/console.json"; }

std::string Config::spool_path() const {
  return spool.path.empty() ? state_dir + "/spool" : spool.path;
}

std::string Config::store_path() const {
  if (store.url.compare(0, kSqliteScheme.size(), kSqliteScheme) != 0) return state_dir + "/events";
  return store.url.substr(kSqliteScheme.size());
}

std::string Config::console_folder() const { return state_dir + "/console"; }

std::string Config::console_path() const { return console_folder() + "/console.db"; }

std::string Config::password_path() const { return console_folder() + "/initial-password"; }

}  // namespace penstock::app
