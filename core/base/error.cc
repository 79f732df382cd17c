#include "base/error.h"

#include <cstring>

namespace penstock {
namespace {

// Without a reason the step of what a person has to change is a sentence by itself.
const char* words_for(ErrorCode code) {
  switch (code) {
    case ErrorCode::kOverloaded:
      return "busy";
    case ErrorCode::kDisconnected:
      return "no connection";
    case ErrorCode::kCorrupt:
      return "damaged";
    case ErrorCode::kExhausted:
      return "out of room, memory or descriptors, or the disk fails";
    case ErrorCode::kRejected:
    case ErrorCode::kConfiguration:
      return nullptr;
  }
  return nullptr;
}

// The errno that libuv negates has the same words.
const char* words_of_errno(std::int64_t native) {
  const std::int64_t number = native < 0 ? -native : native;
  constexpr std::int64_t kErrnoMax = 4'095;
  if (number == 0 || number > kErrnoMax) return nullptr;
  return ::strerrordesc_np(static_cast<int>(number));
}

}  // namespace

std::string to_text(const Error& error) {
  std::string text = error.step;
  if (error.reason != nullptr) return text + ": " + error.reason;
  if (error.code == ErrorCode::kRejected) {
    return error.native > 0 ? text + ", at byte " + std::to_string(error.native) : text;
  }
  const char* words = words_of_errno(error.native);
  if (words == nullptr) words = words_for(error.code);
  return words == nullptr ? text : text + ": " + words;
}

}  // namespace penstock
