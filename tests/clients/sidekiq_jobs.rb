# What a Ruby Sidekiq process runs: it writes down each event that it was given.
require "json"
require "sidekiq"

class ProcessRequestJob
  include Sidekiq::Worker

  def perform(event)
    File.open(ENV.fetch("PENSTOCK_RAN"), "a") { |file| file.puts(JSON.generate(event)) }
  end
end
