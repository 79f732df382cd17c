#include "queue/redis/command.h"

#include "base/text.h"

namespace penstock::queue {
namespace {

// Below it, a copy costs less than one more piece for the kernel to gather.
constexpr std::size_t kLentBytesMin = 2'048;

}  // namespace

RedisCommand::RedisCommand(std::size_t arguments) {
  text_ += '*';
  append_text(text_, arguments);
  text_ += "\r\n";
}

RedisCommand& RedisCommand::add(std::string_view argument) {
  constexpr std::size_t kFrameBytesMax = 32;  // "$", a length and two line ends.
  text_.reserve(text_.size() + argument.size() + kFrameBytesMax);
  text_ += '$';
  append_text(text_, argument.size());
  text_ += "\r\n";
  text_ += argument;
  text_ += "\r\n";
  return *this;
}

RedisCommand& RedisCommand::lend(std::string_view argument) {
  if (argument.size() < kLentBytesMin) return add(argument);
  text_ += '$';
  append_text(text_, argument.size());
  text_ += "\r\n";
  lent_.push_back({text_.size(), argument});
  text_ += "\r\n";
  return *this;
}

void RedisCommand::for_each_piece(FunctionRef<void(std::string_view)> use) const {
  std::string_view text = text_;
  std::size_t used = 0;
  for (const Lent& lent : lent_) {
    use(text.substr(used, lent.at - used));
    use(lent.bytes);
    used = lent.at;
  }
  use(text.substr(used));
}

}  // namespace penstock::queue
