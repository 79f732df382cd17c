#include "app/process/port_holder.h"

#include <cerrno>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/log.h"
#include "base/text.h"
#include "io/socket_address.h"

namespace penstock::app {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kListening = "0A";  // TCP_LISTEN, as the kernel's table writes it.

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

// Inodes of the sockets that listen at the port, whatever their host: 0.0.0.0 is in the way of
// 127.0.0.1 as well.
void add_tcp(const char* table, std::uint16_t port, std::vector<std::string>& inodes) {
  std::ifstream in(table);
  for (std::string line; std::getline(in, line);) {
    const std::vector<std::string> words = words_of(line);
    if (words.size() < 10 || words[3] != kListening) continue;
    const std::string_view local(words[1]);
    const std::string_view digits = local.substr(local.rfind(':') + 1);
    std::uint16_t local_port = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), local_port, 16);
    if (local_port == port) inodes.push_back(words[9]);
  }
}

void add_unix(std::string_view path, std::vector<std::string>& inodes) {
  std::ifstream in("/proc/net/unix");
  for (std::string line; std::getline(in, line);) {
    const std::vector<std::string> words = words_of(line);
    if (words.size() >= 8 && words[7] == path) inodes.push_back(words[6]);
  }
}

bool has_one(const fs::path& process, const std::vector<std::string>& inodes) {
  std::error_code error;
  for (fs::directory_iterator it(process / "fd", error), end; !error && it != end;
       it.increment(error)) {
    std::error_code gone;
    const std::string target = fs::read_symlink(it->path(), gone).string();
    for (const std::string& inode : inodes) {
      if (target == str_cat("socket:[", inode, "]")) return true;
    }
  }
  return false;
}

// The kernel's name of a process is cut after 15 characters; ours are longer.
std::string name_of(const fs::path& process) {
  std::string name;
  std::getline(std::ifstream(process / "comm") >> std::ws, name);
  std::string started_as;
  std::getline(std::ifstream(process / "cmdline") >> std::ws, started_as, '\0');
  started_as.erase(0, started_as.rfind('/') + 1);
  return started_as.starts_with(name) ? started_as : name;
}

}  // namespace

std::string holder_of(const std::string& address) {
  const auto parsed = io::parse_socket_address(address);
  if (!parsed) return "";
  std::vector<std::string> inodes;
  if (parsed->is_unix()) {
    add_unix(std::string_view(address).substr(address.find(':') + 1), inodes);
  } else {
    add_tcp("/proc/net/tcp", parsed->port(), inodes);
    add_tcp("/proc/net/tcp6", parsed->port(), inodes);
  }
  if (inodes.empty()) return "";
  std::error_code error;
  for (fs::directory_iterator it("/proc", error), end; !error && it != end; it.increment(error)) {
    const std::string pid = it->path().filename().string();
    if (!parse_int(pid) || !has_one(it->path(), inodes)) continue;
    return str_cat(name_of(it->path()), ", process ", pid);
  }
  return "";
}

void log_cannot_listen(std::string_view part, std::string_view setting, const std::string& address,
                       const Error& error) {
  const std::string id = str_cat(part, ".listen");
  const std::string text = to_text(error);
  const std::string holder = error.native == EADDRINUSE ? holder_of(address) : "";
  if (holder.empty()) {
    log_error(id, "cannot listen", {{"setting", setting}, {"address", address}, {"error", text}});
    return;
  }
  log_error(id, "cannot listen",
            {{"setting", setting}, {"address", address}, {"error", text}, {"taken_by", holder}});
}

}  // namespace penstock::app
