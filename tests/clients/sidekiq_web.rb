# Sidekiq's own pages on a port that the system picks; writes it to the file that is named.
require "rack"
require "rack/handler/webrick"
require "rack/session/cookie"
require "securerandom"
require "sidekiq"
require "sidekiq/web"

app = Rack::Builder.new do
  use Rack::Session::Cookie, secret: SecureRandom.hex(32), same_site: true
  run Sidekiq::Web
end
Rack::Handler::WEBrick.run(app, Host: "127.0.0.1", Port: 0, AccessLog: []) do |server|
  File.write("#{ARGV.fetch(0)}.new", server.listeners.first.addr[1])
  File.rename("#{ARGV.fetch(0)}.new", ARGV.fetch(0))
end
