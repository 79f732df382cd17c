// Assertions that stay on in production.
//
// A failed check is our own mistake, never the input's: it prints where and what, and aborts, so
// that the supervisor restarts a process whose state is known. Input that breaks a rule is an
// Error or an outcome instead.
#pragma once

namespace penstock {

[[noreturn]] void check_failed(const char* expression, const char* file, int line);

}  // namespace penstock

#define PENSTOCK_CHECK(condition) \
  (static_cast<bool>(condition) ? void() : ::penstock::check_failed(#condition, __FILE__, __LINE__))
