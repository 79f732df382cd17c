#include "adapter/errors/fingerprint.h"

#include <algorithm>
#include <array>
#include <utility>

#include "adapter/contract/adapter.h"
#include "adapter/errors/written_names.h"
#include "base/text.h"
#include "crypto/digest.h"

namespace penstock::adapter {
namespace {

// A message's beginning tells it from others; some hold a whole document.
constexpr std::size_t kMessageBytesMax = 512;
constexpr std::size_t kSymbolBytesMax = 512;
constexpr std::size_t kQuotedBytesMax = 256;
// Shorter numbers belong to names: "step2", "main.func1".
constexpr std::size_t kLongNumber = 4;
constexpr std::size_t kLongHex = 8;

// Of files of libraries and runtimes.
constexpr std::string_view kForeignParts[] = {
    "node_modules/", "node:",        "/site-packages/", "/dist-packages/", "/gems/",
    "/usr/lib/",     "/usr/share/",  "/usr/local/lib/", "internal/",       "/vendor/",
    "webpack/",      "extension://", "<frozen ",        "/rustc/",
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alnum(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
// A byte of a word; those of other scripts are its letters.
bool is_word(char c) { return is_alnum(c) || c == '_' || c == '-' || (c & 0x80) != 0; }
bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool has_digit(std::string_view word) { return std::any_of(word.begin(), word.end(), is_digit); }
bool is_hex(std::string_view word) {
  return std::all_of(word.begin(), word.end(), [](char c) { return hex_digit(c) >= 0; });
}
bool is_ipv6(std::string_view word) {
  return std::count(word.begin(), word.end(), ':') >= 2 &&
         std::all_of(word.begin(), word.end(),
                     [](char c) { return c == ':' || c == '.' || hex_digit(c) >= 0; });
}

// Behind its closing quote, where a quoted text begins at `at`; else `at`.
std::size_t end_of_quoted(std::string_view text, std::size_t at) {
  const char quote = text[at];
  if (quote != '"' && quote != '\'' && quote != '`') return at;
  if (at > 0 && is_word(text[at - 1])) return at;  // "don't"
  const std::size_t end = text.find(quote, at + 1);
  return end == std::string_view::npos || end - at > kQuotedBytesMax ? at : end + 1;
}

template <class Belongs>
std::string_view run_at(std::string_view text, std::size_t at, Belongs belongs) {
  std::size_t end = at;
  while (end < text.size() && belongs(text[end])) ++end;
  return text.substr(at, end - at);
}

// Two that touch, or that a sign parts, are one: "10.0.0.1".
void append_hole(std::string& out) {
  if (out.ends_with('#')) return;
  if (out.size() >= 2 && out[out.size() - 2] == '#') {
    const char between = out.back();
    if (between == '.' || between == ':' || between == ',' || between == '/' || between == '+') {
      out.pop_back();
      return;
    }
  }
  out += '#';
}

// Of e-mail and of the sixth internet protocol. Each byte is looked at a few times, however often
// it is asked.
class Addresses {
 public:
  explicit Addresses(std::string_view text) : text_(text) {}

  // Behind the address that begins at `at`; `at` where none does. It must not go back.
  std::size_t end_of_one(std::size_t at) {
    if (at >= no_mail_before_) {
      const std::string_view mail =
          run_at(text_, at, [](char c) { return is_word(c) || c == '@' || c == '.' || c == '+'; });
      if (mail.find('@') != std::string_view::npos) return at + mail.size();
      no_mail_before_ = at + mail.size();
    }
    if (at >= no_ipv6_before_) {
      const std::string_view ip =
          run_at(text_, at, [](char c) { return hex_digit(c) >= 0 || c == ':' || c == '.'; });
      const std::size_t end = at + ip.size();
      const bool is_whole = end == text_.size() || !is_word(text_[end]);
      if (is_whole && is_ipv6(ip) && has_digit(ip)) return end;
      no_ipv6_before_ = end;
    }
    return at;
  }

 private:
  const std::string_view text_;
  std::size_t no_mail_before_ = 0;
  std::size_t no_ipv6_before_ = 0;
};

bool is_id(std::string_view word) {
  if (word.starts_with("0x") && word.size() > 2) return is_hex(word.substr(2));
  if (word.size() >= kLongNumber && std::all_of(word.begin(), word.end(), is_digit)) return true;
  return word.size() >= kLongHex && has_digit(word) && is_hex(word);
}

void drop_all(std::string& text, std::string_view part) {
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at)) {
    text.erase(at, part.size());
  }
}

// "block (2 levels) in charge": "charge".
std::string_view without_blocks(std::string_view symbol) {
  constexpr std::string_view kIn = " in ";
  while (symbol.starts_with("block ") || symbol.starts_with("rescue ") ||
         symbol.starts_with("ensure ")) {
    const std::size_t at = symbol.find(kIn);
    if (at == std::string_view::npos) break;
    symbol = symbol.substr(at + kIn.size());
  }
  return symbol;
}

// What rules make of a report's parts. Later ones only add to the first: what they do not name is
// read as it was.
class Reading {
 public:
  explicit Reading(int rules) : has_written_names_(rules >= 2) {}

  std::string class_of(std::string_view name) const {
    return stable_symbol(has_written_names_ ? written_symbol(name) : std::string(name));
  }

  // The innermost frames that count, a line for each.
  std::string place_of(std::span<const Frame> frames) const {
    const bool has_own = std::any_of(frames.begin(), frames.end(), [this](const Frame& frame) {
      return is_own_frame(frame) && !is_passed_over(frame);
    });
    std::array<std::string, kFingerprintFrames> lines;
    std::size_t count = 0;
    for (const Frame& frame : frames) {
      if (count == kFingerprintFrames) break;
      if (is_passed_over(frame) || (has_own && !is_own_frame(frame))) continue;
      std::string line = str_cat(file_of(frame), '\n', function_of(frame), '\n');
      if (line == "\n\n" || is_repeat({lines.data(), count}, line)) continue;
      lines[count++] = std::move(line);
    }
    std::string place;
    for (const std::string& line : lines) place += line;
    return place;
  }

 private:
  bool is_passed_over(const Frame& frame) const {
    return has_written_names_ && is_made_frame(frame);
  }
  std::string file_of(const Frame& frame) const {
    const std::string file = stable_file(frame.file);
    return has_written_names_ ? written_file(file) : file;
  }
  std::string function_of(const Frame& frame) const {
    if (!has_written_names_) return stable_symbol(frame.function);
    return std::string(written_function(stable_symbol(written_symbol(frame.function))));
  }
  // Recursion is as deep as its data: of one function, by rules 2 also of several.
  bool is_repeat(std::span<const std::string> lines, const std::string& line) const {
    if (!has_written_names_) return !lines.empty() && lines.back() == line;
    return std::find(lines.begin(), lines.end(), line) != lines.end();
  }

  const bool has_written_names_;
};

}  // namespace

bool is_own_frame(const Frame& frame) {
  if (frame.is_own) return *frame.is_own;
  if (frame.file.empty() || frame.file.front() == '<' || frame.file == "(unknown)") return false;
  return std::none_of(
      std::begin(kForeignParts), std::end(kForeignParts),
      [&](std::string_view part) { return frame.file.find(part) != std::string_view::npos; });
}

std::string stable_message(std::string_view message) {
  const std::string_view text = trim(utf8_prefix(message, kMessageBytesMax));
  std::string out;
  Addresses addresses(text);
  for (std::size_t at = 0; at < text.size();) {
    if (is_space(text[at])) {
      if (!out.ends_with(' ')) out += ' ';
      ++at;
      continue;
    }
    std::size_t end = end_of_quoted(text, at);
    if (end == at) end = addresses.end_of_one(at);
    if (end != at) {
      append_hole(out);
      at = end;
      continue;
    }
    const std::string_view word = run_at(text, at, is_word);
    if (word.empty()) {
      out += text[at++];
      continue;
    }
    const bool is_hole = has_digit(word) || (word.size() >= kLongHex && is_hex(word));
    is_hole ? append_hole(out) : void(out += word);
    at += word.size();
  }
  return out;
}

std::string stable_symbol(std::string_view symbol) {
  std::string_view text = without_blocks(trim(utf8_prefix(symbol, kSymbolBytesMax)));
  if (const std::size_t as = text.find(" [as "); as != std::string_view::npos) {
    text = text.substr(0, as);
  }
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view word = run_at(text, at, is_alnum);
    if (word.empty()) {
      out += text[at++];
      continue;
    }
    is_id(word) ? append_hole(out) : void(out += word);
    at += word.size();
  }
  drop_all(out, "async ");
  // What is left of a UUID.
  for (const std::string_view joined : {"#-#", "##"}) {
    for (std::size_t at = out.find(joined); at != std::string::npos; at = out.find(joined, at)) {
      out.replace(at, joined.size(), "#");
    }
  }
  return out;
}

std::string stable_file(std::string_view file) {
  std::string path(utf8_prefix(file.substr(0, file.find_first_of("?#")), kSymbolBytesMax));
  std::replace(path.begin(), path.end(), '\\', '/');
  std::string_view rest = path;
  if (const std::size_t scheme = rest.find("://"); scheme != std::string_view::npos) {
    rest = rest.substr(scheme + 3);
    const std::size_t root = rest.find('/');
    rest = root == std::string_view::npos ? std::string_view() : rest.substr(root + 1);
  }
  const std::size_t last = rest.rfind('/');
  if (last != std::string_view::npos && last > 0) {
    const std::size_t before = rest.rfind('/', last - 1);
    if (before != std::string_view::npos) rest = rest.substr(before + 1);
  }
  while (rest.starts_with('/')) rest = rest.substr(1);
  return stable_symbol(rest);
}

std::string fingerprint_of(std::string_view class_name, std::string_view message,
                           std::span<const Frame> frames, int rules) {
  const Reading reading(rules);
  const std::string who =
      class_name.empty() ? stable_message(message) : reading.class_of(class_name);
  std::string place = reading.place_of(frames);
  if (place.empty()) place = class_name.empty() ? who : stable_message(message);
  const crypto::Digest digest = crypto::digest_of(str_cat(kFingerprintRulesFirst, ' ', who), place);
  std::string hex;
  append_hex(hex, {reinterpret_cast<const char*>(digest.data()), digest.size()});
  return hex;
}

}  // namespace penstock::adapter
