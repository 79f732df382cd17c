#include "cli/doctor/process_facts.h"

#include <fstream>
#include <sstream>
#include <string>

#include "base/text.h"

namespace penstock::cli {
namespace {

// What stands behind `title` in a file of lines.
std::string line_of(const std::string& path, std::string_view title) {
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(title)) return line.substr(title.size());
  }
  return "";
}

}  // namespace

std::optional<User> user_of_process(std::int64_t pid) {
  const std::string status = str_cat("/proc/", pid, "/status");
  std::istringstream users(line_of(status, "Uid:"));
  std::istringstream groups(line_of(status, "Gid:"));
  uid_t real = 0;
  uid_t uid = 0;
  gid_t group = 0;
  if (!(users >> real >> uid) || !(groups >> group >> group)) return std::nullopt;
  User user = user_of(uid, group);
  user.groups = {group};
  std::istringstream others(line_of(status, "Groups:"));
  while (others >> group) user.groups.push_back(group);
  return user;
}

std::optional<std::uint64_t> open_files_max(std::int64_t pid) {
  std::istringstream limits(line_of(str_cat("/proc/", pid, "/limits"), "Max open files"));
  std::uint64_t soft = 0;
  if (!(limits >> soft)) return std::nullopt;
  return soft;
}

}  // namespace penstock::cli
