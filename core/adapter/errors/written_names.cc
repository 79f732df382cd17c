#include "adapter/errors/written_names.h"

#include <algorithm>
#include <iterator>

namespace penstock::adapter {
namespace {

// Up to the next dot all that follows is made anew by each process.
constexpr std::string_view kProxies[] = {"$$EnhancerBy",    "$$FastClassBy", "$$SpringCGLIB$$",
                                         "$$Lambda",        "$ByteBuddy$",   "$MockitoMock$",
                                         "$HibernateProxy$"};
// What numbers are made behind, whatever stands before.
constexpr std::string_view kNumbered[] = {"$", "$Proxy", "GeneratedMethodAccessor",
                                          "GeneratedConstructorAccessor",
                                          "GeneratedSerializationConstructorAccessor"};
// Of Go: "func1.2" is a function in a function.
constexpr std::string_view kGoClosures[] = {".func", ".gowrap", ".deferwrap"};
// Of C#: "<Run>b__3_0", "<>c__DisplayClass4_0", "<Run>g__Local|3_0".
constexpr std::string_view kSharpNumbered[] = {"_", "|", "DisplayClass"};

constexpr std::string_view kNameless[] = {"<anonymous>", "[anonymous]", "(anonymous)",
                                          "anonymous",   "<unknown>",   "?",
                                          "global code", "module code"};
constexpr std::string_view kNoFiles[] = {"<anonymous>", "(unknown)", "[native code]", "native code",
                                         "native"};
constexpr std::string_view kComprehensions[] = {"<listcomp>", "<dictcomp>", "<setcomp>"};

constexpr std::size_t kRustHashDigits = 16;
constexpr std::size_t kBundleHashBytes = 8;
constexpr std::ptrdiff_t kHashCapitals = 3;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_small(char c) { return c >= 'a' && c <= 'z'; }
bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }
bool is_small_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }

template <std::size_t size>
bool is_one_of(std::string_view text, const std::string_view (&list)[size]) {
  return std::find(std::begin(list), std::end(list), text) != std::end(list);
}
template <std::size_t size>
bool ends_with_any(std::string_view text, const std::string_view (&list)[size]) {
  return std::any_of(std::begin(list), std::end(list),
                     [text](std::string_view end) { return text.ends_with(end); });
}
template <std::size_t size>
bool starts_with_any(std::string_view text, const std::string_view (&list)[size]) {
  return std::any_of(std::begin(list), std::end(list),
                     [text](std::string_view start) { return text.starts_with(start); });
}

std::string_view without_rust_hash(std::string_view symbol) {
  constexpr std::string_view kMark = "::h";
  const std::size_t bytes = kMark.size() + kRustHashDigits;
  if (symbol.size() <= bytes) return symbol;
  const std::string_view end = symbol.substr(symbol.size() - bytes);
  const bool is_hash =
      end.starts_with(kMark) && std::all_of(end.begin() + kMark.size(), end.end(), is_small_hex);
  return is_hash ? symbol.substr(0, symbol.size() - bytes) : symbol;
}

std::size_t end_of_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

// "1.2.3", where each is a number.
std::size_t end_of_numbers(std::string_view text, std::size_t at) {
  at = end_of_digits(text, at);
  while (at + 1 < text.size() && text[at] == '.' && is_digit(text[at + 1])) {
    at = end_of_digits(text, at + 1);
  }
  return at;
}

// Letters and digits as chance has them: no name begins with a digit in a syllable, or is written
// in so many capitals. "version2" and "CartPage" are names.
bool is_bundle_hash(std::string_view word) {
  bool has_digit_within = false;
  for (std::size_t i = 0; i + 1 < word.size(); ++i) {
    has_digit_within |= is_digit(word[i]) && (is_small(word[i + 1]) || is_capital(word[i + 1]));
  }
  const bool has_signs = word.find_first_of("-_") != std::string_view::npos;
  const bool is_word = std::all_of(word.begin(), word.end(), [](char c) {
    return is_digit(c) || is_small(c) || is_capital(c) || c == '-' || c == '_';
  });
  const auto capitals = std::count_if(word.begin(), word.end(), is_capital);
  if (!is_word) return false;
  if (has_signs) {
    return std::any_of(word.begin(), word.end(), is_digit) && capitals > 0 &&
           std::any_of(word.begin(), word.end(), is_small);
  }
  return has_digit_within || capitals >= kHashCapitals;
}

}  // namespace

std::string written_symbol(std::string_view symbol) {
  symbol = without_rust_hash(symbol);
  const bool is_sharp =
      symbol.find('>') != std::string_view::npos && symbol.find("__") != std::string_view::npos;
  std::string out;
  for (std::size_t at = 0; at < symbol.size();) {
    if (symbol[at] == '$' && starts_with_any(symbol.substr(at), kProxies)) {
      at = std::min(symbol.find('.', at), symbol.size());
      continue;
    }
    const std::string_view before = symbol.substr(0, at);
    if (!is_digit(symbol[at])) {
      out += symbol[at++];
    } else if (ends_with_any(before, kGoClosures)) {
      at = end_of_numbers(symbol, at);
    } else if (ends_with_any(before, kNumbered) ||
               (is_sharp && ends_with_any(before, kSharpNumbered))) {
      at = end_of_digits(symbol, at);
    } else {
      const std::size_t end = end_of_digits(symbol, at);
      out += symbol.substr(at, end - at);
      at = end;
    }
  }
  return out;
}

std::string_view written_function(std::string_view function) {
  constexpr std::string_view kObject = "Object.";
  if (function.starts_with(kObject)) function.remove_prefix(kObject.size());
  return is_one_of(function, kNameless) ? std::string_view() : function;
}

std::string written_file(std::string_view file) {
  std::string_view stem = file;
  for (const std::string_view end : {".js", ".mjs", ".cjs"}) {
    if (stem.ends_with(end)) stem.remove_suffix(end.size());
  }
  if (stem.size() == file.size()) return std::string(file);
  constexpr std::string_view kChunk = ".chunk";
  if (stem.ends_with(kChunk)) stem.remove_suffix(kChunk.size());
  if (stem.size() <= kBundleHashBytes) return std::string(file);
  const std::size_t at = stem.size() - kBundleHashBytes;
  const char before = stem[at - 1];
  if ((before != '-' && before != '.') || !is_bundle_hash(stem.substr(at))) {
    return std::string(file);
  }
  std::string out(file);
  return out.replace(at, kBundleHashBytes, "#");
}

bool is_made_frame(const Frame& frame) {
  if (is_one_of(frame.file, kNoFiles) || frame.file.starts_with("eval at ")) return true;
  if (ends_with_any(frame.function, kComprehensions)) return true;
  return frame.file.empty() &&
         (frame.function == "eval" || written_function(frame.function).empty());
}

}  // namespace penstock::adapter
