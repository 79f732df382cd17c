// Writes openapi.json, for the build: the page's types are made from it (console/web/model.mjs).
#include <cstdio>
#include <cstdlib>

#include "console/api/endpoints/endpoints.h"

int main() {
  const std::string text = penstock::console::openapi_text("build");
  return std::puts(text.c_str()) < 0 || std::fflush(stdout) != 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
