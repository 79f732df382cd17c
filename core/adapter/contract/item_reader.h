// The items of one request: alone, in an array, a line each, or in a list inside an object that has
// members for all of them.
//
// Items that are no good are passed over and counted, the others taken: an SDK that is refused
// drops its batch or sends it again for ever. Only a request of which no item was good is refused.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapter/contract/completion.h"
#include "adapter/contract/mapping.h"
#include "adapter/contract/protocol.h"

namespace penstock::adapter {

struct ItemShape {
  Rules rules;
  // The member of an object that holds its items, "batch"; empty where an object is always an item.
  std::string_view list = {};
  // Of the members beside the list: each item has them too, unless it has its own.
  Rules common = {};
  // What the protocol knows of an item besides its table: names and kinds by its type. Returns what
  // is wrong with an item that is none, a literal; else "".
  std::string_view (*prepare)(Item& item) = nullptr;
  std::int64_t skew_ignored_ms = kSkewIgnoredMs;
  // Takes an item in place of Item::take(), where paths alone do not reach what it holds; what it
  // puts into the workspace's draft wins over members of the item, and workspace.text may hold a
  // text that is lent to it.
  Result<void> (*take)(json::Value& value, Item& item, const Context& context) = nullptr;
};

// For one request. Borrows everything.
class ItemReader {
 public:
  ItemReader(const ItemShape& shape, std::string_view source, const Context& context);
  ItemReader(ItemShape&& shape, std::string_view source, const Context& context) = delete;

  // What all items have, unless they have their own; for what the request's path or headers say.
  Item& common() { return common_; }

  // The client asks for its address not to be kept: that of its connection, or any.
  void hide_connection() { completion_.hide_connection(); }
  void hide_address() { completion_.hide_address(); }

  // Requires kReadablePadding bytes behind the text. Where it is no JSON the request is refused.
  void read_document(std::string_view text);
  // Lines that are no JSON are passed over as well. The first is the request's `first_line`, from
  // 0.
  void read_lines(std::string_view text, std::size_t first_line = 0);

  // An item that does not come as JSON: take_pair() into it between the two. end() is false where
  // the request is refused, and no more may follow.
  Item& begin();
  bool end();
  // That was begun last. What it found is lent until the next document.
  const Item& item() const { return item_; }
  // Of the record that was added last.
  const event::Id& id() const { return completion_.id(); }
  // One that could not even be read.
  void reject(std::uint16_t status, std::string_view error, std::string problem);

  // `status` where anything was taken, or nothing was there to take. Once, at the end.
  ReadOutcome outcome(std::uint16_t status = 200);

 private:
  Result<void> take_root(json::Value& root);
  Result<void> take_list(json::Value& list);
  Result<void> take_item(json::Value& value);
  bool is_list(std::string_view key, const json::Value& value) const;
  void open_project(std::string_view key);

  const ItemShape& shape_;
  const Context& context_;
  Workspace& workspace_;
  Item item_;
  Item common_;
  Completion completion_;
  std::string key_;          // That was opened last.
  std::uint32_t count_ = 0;  // Of items begun.
  ReadOutcome outcome_;
  std::optional<ReadOutcome> refusal_;  // Of the whole request.
  ReadOutcome of_first_;                // The refusal of the first item that was passed over.
};

}  // namespace penstock::adapter
