-- POST /store/customers/me with the cookie of a session; what it says is new each time.
dofile(os.getenv("ANTEROOM_BENCH_LUA") .. "/shared.lua")

function init(args)
  read_arguments(args)
  local cookies, key, host, number = lines("cookies"), word("publishable_key"), wrk.headers["Host"], 0
  function request()
    number = number + 1
    return wrk.format("POST", "/store/customers/me", {
      ["Host"] = host,
      ["Accept"] = "application/json",
      ["Content-Type"] = "application/json",
      ["Cookie"] = "connect.sid=" .. cookies[next_of(#cookies)],
      ["x-publishable-api-key"] = key,
    }, '{"company_name":"Company ' .. args[6] .. "-" .. number .. '"}')
  end
end
