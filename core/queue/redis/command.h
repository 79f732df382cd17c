// One Redis command as the bytes that go to the server (RESP2).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.h"

namespace penstock::queue {

class RedisCommand {
 public:
  // `arguments` counts the command's own name.
  explicit RedisCommand(std::size_t arguments);

  RedisCommand& add(std::string_view argument);
  // As add(), but a long argument is not copied: it must stay until the command is completed.
  RedisCommand& lend(std::string_view argument);

  // The bytes, in order, in as few pieces as there are.
  void for_each_piece(FunctionRef<void(std::string_view)> use) const;
  std::size_t pieces() const { return 2 * lent_.size() + 1; }

 private:
  struct Lent {
    std::size_t at;  // Where in `text_` it belongs.
    std::string_view bytes;
  };
  std::string text_;
  std::vector<Lent> lent_;
};

}  // namespace penstock::queue
