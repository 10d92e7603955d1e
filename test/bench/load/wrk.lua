-- Sends the requests of a file one after another: method, path, body and API key between tabs.
local prepared = {}
local at = 0

function init(args)
  for line in io.lines(args[1]) do
    local method, path, body, key = line:match("^(%u+)\t([^\t]*)\t?([^\t]*)\t?(.*)$")
    local headers = {}
    if body ~= "" then headers["Content-Type"] = "application/json" end
    if key ~= "" then headers["Authorization"] = "Bearer " .. key end
    prepared[#prepared + 1] = wrk.format(method, path, headers, body ~= "" and body or nil)
  end
  at = tonumber(args[2]) % #prepared
end

function request()
  at = at % #prepared + 1
  return prepared[at]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"rate":%.1f,"p50":%.3f,"p99":%.3f,"answers":%d,"refused":%d,"broken":%d}\n',
    summary.requests / (summary.duration / 1e6),
    latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    summary.requests, errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
