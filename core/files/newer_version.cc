#include "files/newer_version.h"

#include "base/static_text.h"
#include "base/text.h"

namespace penstock::files {
namespace {

constexpr std::string_view kMark = "a newer version of Penstock wrote it";
constexpr std::string_view kNoRoom = "the disk has no room for the copy that is kept of it";
constexpr std::uint64_t kMib = 1 << 20;
constexpr std::string_view kWayBack = "install that one again, or put back a copy or a backup";

}  // namespace

tl::unexpected<Error> fail_by_newer_version(std::string_view step, std::int64_t version,
                                            std::int64_t known) {
  const char* reason =
      static_text(str_cat(kMark, " (", version, "; this one knows ", known, "); ", kWayBack));
  return fail(ErrorCode::kConfiguration, 0, static_text(step), reason);
}

bool is_newer_version(const Error& error) {
  return error.reason != nullptr && std::string_view(error.reason).starts_with(kMark);
}

tl::unexpected<Error> fail_by_room_for_copy(std::uint64_t bytes) {
  const char* reason = static_text(str_cat(kNoRoom, ", which takes ", bytes / kMib + 1,
                                           " MiB; make room, and start again what has ended"));
  return fail(ErrorCode::kExhausted, 0, "bring an older file up to date", reason);
}

bool is_persons_turn(const Error& error) {
  return is_newer_version(error) ||
         (error.reason != nullptr && std::string_view(error.reason).starts_with(kNoRoom));
}

}  // namespace penstock::files
