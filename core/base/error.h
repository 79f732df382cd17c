// Errors are values, named by what the caller should do about them.
//
// Error is small, trivially copyable and allocates nothing: a code, the native number (errno, UV_*,
// an SQLite extended code, a byte offset) and static strings that name the step and the reason.
// Text for people is composed where the error is logged, once, by whoever handles it.
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

#include <tl/expected.hpp>

#include "base/check.h"

namespace penstock {

enum class ErrorCode : std::uint8_t {
  kRejected,       // The peer sent what we will never accept. Answer 4xx; never retry.
  kOverloaded,     // We are at a limit of our own, or a lock is held. Shed or retry later.
  kDisconnected,   // A service we lean on went away. Reconnect with back-off, then retry.
  kCorrupt,        // Our own bytes failed their own check. Set aside and tell a person.
  kExhausted,      // The machine is out of disk, memory or descriptors. Stop taking work.
  kConfiguration,  // A setting, a permission or a file is wrong. A person has to change it.
};

struct Error {
  ErrorCode code;
  std::int64_t native;  // 0 where there is none.
  const char* step;     // Static storage; says what was being done: "open the store".
  // Static storage: the reason in the words of the library whose number `native` is. Null: native
  // is errno, negated or not, or of what was rejected an offset.
  const char* reason = nullptr;
};

// "open the store: Permission denied". For people, in logs and on command lines; the file or the
// address is the caller's to say.
std::string to_text(const Error& error);

// tl::expected itself may be dropped without a warning; this may not.
template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
  using Base = tl::expected<T, Error>;

 public:
  using Base::Base;

  // Only of a failure: tl::expected reads a value's bytes as an error without a word.
  const Error& error() const {
    PENSTOCK_CHECK(!this->has_value());
    return Base::error();
  }
};

inline tl::unexpected<Error> fail(ErrorCode code, std::int64_t native, const char* step,
                                  const char* reason = nullptr) {
  return tl::unexpected<Error>(Error{code, native, step, reason});
}

inline tl::unexpected<Error> fail(ErrorCode code, const char* step) { return fail(code, 0, step); }

inline tl::unexpected<Error> fail(const Error& error) { return tl::unexpected<Error>(error); }

}  // namespace penstock

// Returns the error of `expression`, a Result, from the function it stands in.
#define PENSTOCK_TRY(expression)                               \
  do {                                                         \
    if (auto penstock_result = (expression); !penstock_result) \
      return ::penstock::fail(penstock_result.error());        \
  } while (false)
