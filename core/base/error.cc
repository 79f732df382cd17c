#include "base/error.h"

namespace penstock {
namespace {

const char* name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kRejected:
      return "rejected";
    case ErrorCode::kOverloaded:
      return "overloaded";
    case ErrorCode::kDisconnected:
      return "disconnected";
    case ErrorCode::kCorrupt:
      return "corrupt";
    case ErrorCode::kExhausted:
      return "exhausted";
    case ErrorCode::kConfiguration:
      return "configuration";
  }
  return "unknown";
}

}  // namespace

std::string to_text(const Error& error) {
  std::string text = std::string(error.step) + ": " + name_of(error.code);
  if (error.native != 0) text += " (native " + std::to_string(error.native) + ")";
  return text;
}

}  // namespace penstock
