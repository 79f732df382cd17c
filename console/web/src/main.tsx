document.getElementById("app")!.textContent = "x"; export {};
