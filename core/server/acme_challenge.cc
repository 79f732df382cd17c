#include "server/acme_challenge.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/descriptor.h"

namespace penstock::server {
namespace {

constexpr std::string_view kPrefix = "/.well-known/acme-challenge/";

// A token and a key's fingerprint: 87 bytes for those of today.
constexpr std::size_t kAnswerBytesMax = 1'024;
constexpr std::size_t kTokenBytesMax = 255;  // As long as a file's name may be.

bool is_token(std::string_view text) {
  return !text.empty() && text.size() <= kTokenBytesMax &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_';
         });
}

std::optional<std::string> read_answer(const std::string& folder, const std::string& token) {
  const files::Descriptor dir(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!dir.is_open()) return std::nullopt;
  // Without O_NONBLOCK a FIFO would hold us.
  constexpr int kFlags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  const files::Descriptor file(::openat(dir.get(), token.c_str(), kFlags));
  struct stat found {};
  if (!file.is_open() || ::fstat(file.get(), &found) != 0 || !S_ISREG(found.st_mode)) {
    return std::nullopt;
  }
  std::string text(kAnswerBytesMax + 1, '\0');
  const ssize_t count = ::read(file.get(), text.data(), text.size());
  if (count < 0 || static_cast<std::size_t>(count) > kAnswerBytesMax) return std::nullopt;
  text.resize(static_cast<std::size_t>(count));
  return text;
}

}  // namespace

std::optional<http::Response> answer_challenge(const http::Request& request,
                                               const std::string& folder) {
  if (folder.empty() || !request.path.starts_with(kPrefix)) return std::nullopt;
  if (request.method != http::Method::kGet && request.method != http::Method::kHead) {
    http::Response response =
        http::error_response(405, "method_not_allowed", "the route does not take this method");
    response.headers.emplace_back("Allow", "GET, HEAD");
    return response;
  }
  const std::string_view token = request.path.substr(kPrefix.size());
  auto text = is_token(token) ? read_answer(folder, std::string(token)) : std::nullopt;
  if (!text) return http::error_response(404, "not_found", "there is no such challenge");
  http::Response response;
  response.content_type = "application/octet-stream";
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.headers.emplace_back("Cache-Control", "no-store");
  response.body = std::move(*text);
  return response;
}

}  // namespace penstock::server
