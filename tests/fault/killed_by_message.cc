// Preloaded into a worker: aborts it when it is about to store a text in which PENSTOCK_TEST_KILLER
// stands. It takes the place of a fault of ours, or of a library's, that one message sets off.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <dlfcn.h>

struct sqlite3_stmt;

extern "C" int sqlite3_bind_text64(sqlite3_stmt* statement, int index, const char* text,
                                   std::uint64_t size, void (*release)(void*),
                                   unsigned char encoding) {
  using Bind =
      int (*)(sqlite3_stmt*, int, const char*, std::uint64_t, void (*)(void*), unsigned char);
  static const auto bind = reinterpret_cast<Bind>(::dlsym(RTLD_NEXT, "sqlite3_bind_text64"));
  static const char* const killer = std::getenv("PENSTOCK_TEST_KILLER");
  const bool kills = killer != nullptr && text != nullptr &&
                     std::string_view(text, size).find(killer) != std::string_view::npos;
  if (kills) std::abort();
  return bind(statement, index, text, size, release, encoding);
}
