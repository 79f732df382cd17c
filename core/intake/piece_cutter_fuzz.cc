// The first byte says how the text is cut on its way in, and whether it is a run. Put together
// again the pieces are the text, but for the brackets around an array's.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "intake/piece_cutter.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock;
  if (size == 0) return 0;
  const std::size_t bytes = 1 + data[0] / 2;
  const bool is_run = data[0] % 2 == 1;
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const bool is_array = !is_run && first != std::string_view::npos && text[first] == '[';

  intake::PieceCutter cutter(is_run);
  std::string buffer;
  std::string joined;
  for (std::string_view rest = text; !rest.empty();) {
    buffer += rest.substr(0, bytes);
    rest.remove_prefix(std::min(bytes, rest.size()));
    cutter.look_at(buffer);
    if (cutter.cut() == 0) continue;
    std::string piece = buffer.substr(0, cutter.close_piece(buffer));
    cutter.drop_piece(buffer);
    if (is_array) {
      PENSTOCK_CHECK(piece.back() == ']' && buffer.front() == '[');
      piece.back() = ',';
      if (!joined.empty()) piece.erase(0, 1);
    } else {
      const char last = piece.back();
      PENSTOCK_CHECK(last == '\n' || (is_run && (last == '}' || last == ']')));
    }
    joined += piece;
  }
  const bool is_cut_array = is_array && !joined.empty();
  joined += is_cut_array ? std::string_view(buffer).substr(1) : std::string_view(buffer);
  PENSTOCK_CHECK(joined == text);
  return 0;
}
